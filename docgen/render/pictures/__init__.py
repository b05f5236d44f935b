"""Pictures of change, as inline SVG that is made when a site is built.

They are made of a few rectangles and circles. Charting libraries for Python need a numeric stack or a browser, and
write styles into the picture, which the Content-Security-Policy of the site does not allow. Colours are classes of the
style sheet, which knows both themes. Each picture has a caption that says in words what it shows. Its links are also in
the lists of the same page, so that they are left out of the order of the keyboard.
"""

SEVERITY_CLASSES = {"breaking": "p-del", "dangerous": "p-chg", "safe": "p-add", "docs": "p-mut", "": "p-mut"}
"""The class of the style sheet for each severity, worst first."""
