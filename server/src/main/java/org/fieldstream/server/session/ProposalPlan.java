package org.fieldstream.server.session;

import org.fieldstream.server.generator.Model;

/**
 * A checked session of proposals. Proposal i is draw i of the model's REWEIGHT stream with the same
 * seed on the same kind of machine.
 *
 * @param draws that stream, endless
 * @param first index of the first proposal
 * @param judge who decides
 * @param most most proposals that one answer may hold
 */
public record ProposalPlan(StreamPlan draws, long first, Judge judge, int most) {
  /** What is sampled, as one text: statistics of the same target are pooled. */
  public String ensemble() {
    return StreamBinding.canonical(draws.target());
  }

  /** Whether log q of the client's own states can be evaluated. */
  public boolean hasDensity() {
    return draws.model() instanceof Model.Draws model && model.hasDensity();
  }

  /** Bytes of one configuration in the session's number format. */
  public int fieldBytes() {
    return draws.shape().size() * draws.precision().bytes();
  }

  /** What an ask is charged in the byte budget: its answer, and the state it brings. */
  public long charge(ProposalAsk ask) {
    ClientState state = ask.state();
    long held = state == null ? 0 : state.fields().remaining();
    return draws.messageBytes(ask.count()) + held;
  }
}
