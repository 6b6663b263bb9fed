package org.fieldstream.server.session;

import org.fieldstream.server.generator.DrawBatch;
import org.jspecify.annotations.Nullable;

/** The answer to one ask while it is made. Used by the device's thread only. */
final class PendingAnswer {
  private final ProposalPlan plan;
  private final ProposalAsk ask;
  private final long first;
  private final double[] action;
  private final double[] logDensity;
  private @Nullable FieldBytes fields;
  private @Nullable StateDensity current;
  private int filled;

  /** An answer whose proposals begin at index {@code first}. */
  PendingAnswer(ProposalPlan plan, ProposalAsk ask, long first) {
    this.plan = plan;
    this.ask = ask;
    this.first = first;
    action = new double[ask.count()];
    logDensity = new double[ask.count()];
    ClientState state = ask.state();
    if (state != null && !state.hasField()) {
      current = state.given();
    }
  }

  /** The state whose field is still to be evaluated; null where there is none. */
  @Nullable ClientState unevaluated() {
    return current == null ? ask.state() : null;
  }

  void evaluated(StateDensity density) {
    current = density;
  }

  /** Proposals still to be drawn. */
  int room() {
    return action.length - filled;
  }

  boolean isComplete() {
    return room() == 0 && unevaluated() == null;
  }

  /** Takes lane {@code lane} of a batch as the next proposal. */
  void add(DrawBatch batch, int lane) {
    int size = plan.draws().shape().size();
    FieldBytes bytes = fields;
    if (bytes == null) {
      bytes = FieldBytes.room(plan.draws().precision(), size, ask.count());
      fields = bytes;
    }
    bytes.put(filled, batch.fields(), lane * size);
    action[filled] = batch.action()[lane];
    logDensity[filled] = batch.logDensity()[lane];
    filled++;
  }

  /** The answer, decided on where the server decides. */
  ProposalBatch take() {
    FieldBytes bytes = fields == null ? FieldBytes.NONE : fields;
    return new ProposalBatch(
        first, ask.count(), action, logDensity, decisions(), current, bytes.crc32c(), bytes);
  }

  /** Gives up what was made of it. */
  void drop() {
    if (fields != null) {
      fields.giveBack();
    }
  }

  /**
   * Independence Metropolis-Hastings from the client's state, proposal by proposal; the uniform of
   * a decision is a function of (seed, index of the proposal).
   */
  private boolean[] decisions() {
    StateDensity from = current;
    if (plan.judge() == Judge.CLIENT || from == null) {
      return new boolean[0];
    }
    MetropolisStage chain = MetropolisStage.from(plan.draws().seed(), from.logWeight());
    boolean[] accepted = new boolean[action.length];
    for (int i = 0; i < accepted.length; i++) {
      double weight = new StateDensity(action[i], logDensity[i]).logWeight();
      // A draw whose numbers overflowed has no weight.
      boolean usable = weight < Double.POSITIVE_INFINITY && weight > Double.NEGATIVE_INFINITY;
      accepted[i] = usable && chain.accept(first + i, weight);
    }
    return accepted;
  }
}
