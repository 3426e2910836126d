"""One script per figure that the README quotes: `make bench` runs all, `python -m benchmarks NAME` one of them."""
