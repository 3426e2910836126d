"""Paper Round: brings papers to the people who read them."""
