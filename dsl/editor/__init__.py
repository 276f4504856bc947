"""What an editor asks of a text while it is being written: pure functions from texts and a position to an answer."""
