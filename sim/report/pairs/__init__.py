"""What is said, drawn and written of paired differences."""
