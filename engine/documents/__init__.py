"""文书: official papers made from cases. `paper` is what one says, `lint` what is wrong with it, `issuing` makes it."""
