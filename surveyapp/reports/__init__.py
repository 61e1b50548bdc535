"""What leaves on paper or as a file: published values and finished sentences in, bytes out."""
