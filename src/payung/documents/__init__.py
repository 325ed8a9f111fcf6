"""The documents room: papers as PDF, check codes as QR, and one encrypted store of the files that people send."""
