"""What people may ask, one noun a file; and the bindings of each platform."""
