"""The commands of `factory`, one a file, imported when used."""
