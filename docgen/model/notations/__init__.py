"""The notations in which a request can be shown besides the documented Python call."""
