"""MCP: AI agents do a host's actions as tools, and read a few things as resources, over stdio or HTTP.

It needs the extra ``mcp``; whoever loads a module of this room has made sure that it is installed.
"""
