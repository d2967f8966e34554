"""The command line: words in, a service or a report, a rendered answer and an exit status out.

Commands are thin: they parse, call and render.  Each is a file of ``commands`` and a line of ``registry``, and is
imported only when it runs, so that ``balance`` at a till does not pay for ``import``.
"""
