"""What happens elsewhere, told to open pages as it happens: streams of server-sent events.

Any number of streams costs one thread and a few queries a second in each process of the site: a request that asks for a
stream gives its thread back at once, and one loop writes to them all.
"""
