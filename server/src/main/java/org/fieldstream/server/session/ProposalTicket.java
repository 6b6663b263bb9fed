package org.fieldstream.server.session;

/** A session's handle on its work. Safe for use by several threads; never blocks. */
public interface ProposalTicket {
  /** Asks for proposals; each ask is answered once, in order. */
  void ask(ProposalAsk ask);

  /** Frees the session's work; what the device computes right now is the last. */
  void cancel();
}
