"""The processes of the model, one file each. They never import each other and meet only in the state."""
