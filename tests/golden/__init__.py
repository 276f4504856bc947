"""Source and exact expected output together; see README.md."""
