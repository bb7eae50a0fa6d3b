"""What goes out of the ring beside pages: data for machines, codes to scan, sheets to send back."""
