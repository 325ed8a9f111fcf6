"""What stands before the pages: bodies are taken in whole, in time and within bounds, before a thread is taken.

The server (granian) reads heads and keeps their time. Here each request's body is read without a thread, then one of
a few small pools runs Django, so that what computes or hashes never keeps a page waiting; the answer is written
without a thread too. What is refused costs no thread, and is logged.
"""
