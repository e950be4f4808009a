"""A small neural network, trained by the rules of the book."""
