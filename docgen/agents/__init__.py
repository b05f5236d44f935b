"""Answers for agents and editors, over the Model Context Protocol.

| module      | contents                                                                  |
|-------------|---------------------------------------------------------------------------|
| `answers`   | one method for each tool: plain values from a history or from facts       |
| `bounds`    | makes an answer short and safe: text of models is data, never instruction |
| `malformed` | answers to lines that are no message; only `server` imports it            |
| `server`    | the tools as a server of the official SDK; nothing else imports it        |
"""
