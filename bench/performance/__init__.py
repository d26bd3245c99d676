"""Speed, flatness and memory of the whole, compared with what it is built on."""
