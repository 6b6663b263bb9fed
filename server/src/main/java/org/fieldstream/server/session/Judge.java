package org.fieldstream.server.session;

/** Who accepts or rejects proposals; the names are those of the API. */
public enum Judge {
  /** The client, with its own random numbers. */
  CLIENT,
  /** The server, from the client's current state. */
  SERVER
}
