"""Scenarios in Chinese (Gherkin): one vocabulary of steps, run against a real engine."""
