"""The built-in resolvers."""
