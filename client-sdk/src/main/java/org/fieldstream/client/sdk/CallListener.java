package org.fieldstream.client.sdk;

import org.fieldstream.v1.SubscribeResponse;

/** Hears what becomes of one call, on the session's context. The last three end it. */
interface CallListener {
  /** A message, one of those fetched. */
  void onMessage(SubscribeCall from, SubscribeResponse message);

  /** The server ended the call with OK. */
  void onEnd(SubscribeCall from);

  /** The server ended the call with another status, or sent what cannot be read. */
  void onRefused(SubscribeCall from, FieldstreamException reason);

  /** The connection could not be made or broke. */
  void onBroken(SubscribeCall from, Throwable cause);
}
