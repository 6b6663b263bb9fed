package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.Model;
import org.jspecify.annotations.Nullable;

/**
 * A stream of independent draws, with or without a Metropolis test. Draw i makes configuration i;
 * the draws before the first configuration are those of {@link MetropolisStage}.
 */
final class DrawProduction extends Production implements DrawTaker {
  private @Nullable MetropolisStage metropolis;
  private final Sample state;
  private final long[] prologue;
  private final boolean weighted;
  private final ChainBudget budget;
  private final long bytes;
  private int prologueDone;
  private boolean begun;

  /**
   * A stream.
   *
   * @param budget memory of chains: the state of a Metropolis chain with its levels of noise is
   *     taken from it
   * @throws ServiceException if that memory is used up
   */
  DrawProduction(
      StreamPlan plan, BatchSink sink, StreamMeters meters, Runnable wake, ChainBudget budget) {
    super(plan, sink, meters, wake);
    this.budget = budget;
    bytes = plan.metropolisOnDraws() ? plan.levels().bytes(plan.shape()) : 0;
    budget.take(bytes, WatchedLevels.REMEDY);
    state = new Sample(plan.shape().size(), plan.theory(), plan.levels());
    weighted = plan.model() instanceof Model.Draws draws && draws.hasLogDensity();
    if (!plan.metropolisOnDraws()) {
      metropolis = null;
      prologue = new long[0];
    } else {
      metropolis = new MetropolisStage(plan.seed());
      if (plan.first() > 0) {
        prologue = new long[] {plan.acceptedDraw()};
      } else {
        prologue = new long[plan.burnIn()];
        for (int k = 0; k < prologue.length; k++) {
          prologue[k] = StreamPlan.MAX_INDEX + k;
        }
      }
    }
  }

  @Override
  public long wanted() {
    // Who waits for the first configuration shall not wait for a whole device batch of them.
    long allowance = firstThings();
    return allowance == 0 ? 0 : allowance + prologue.length - prologueDone;
  }

  @Override
  public List<Integer> levels() {
    return plan().levels().positions();
  }

  @Override
  public void fill(long[] seeds, long[] indices, int at, int lanes) {
    int early = Math.min(lanes, prologue.length - prologueDone);
    for (int k = 0; k < lanes; k++) {
      seeds[at + k] = plan().seed();
      indices[at + k] = k < early ? prologue[prologueDone + k] : next() + (k - early);
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      opened(1);
    }
  }

  @Override
  public void take(DrawBatch batch, int at, int lanes) {
    begin();
    for (int lane = at; lane < at + lanes; lane++) {
      double weight = weighted ? logWeight(batch.action()[lane], batch.logDensity()[lane]) : 0;
      boolean early = prologueDone < prologue.length;
      long draw = early ? prologue[prologueDone] : next();
      boolean accepted = metropolis == null || metropolis.accept(draw, weight);
      if (accepted) {
        state.set(plan().theory(), batch, lane, draw, weight);
      }
      if (early) {
        prologueDone++;
        continue;
      }
      if (metropolis != null && state.logWeight() == Double.NEGATIVE_INFINITY) {
        fail(
            "model "
                + plan().model().id()
                + ": no draw of finite weight (expected: a working model; check its weights)");
        return;
      }
      deliver(state, accepted, weighted ? weight : Double.NaN);
    }
    // A stream that waits for its client must not hold a whole device batch meanwhile.
    if (metropolis == null) {
      state.drop();
    } else {
      state.keep();
    }
  }

  /** -S - log q; a draw whose numbers overflowed has no weight. */
  private static double logWeight(double action, double logDensity) {
    double weight = -action - logDensity;
    return weight < Double.POSITIVE_INFINITY ? weight : Double.NEGATIVE_INFINITY;
  }

  @Override
  long acceptedDraw() {
    return metropolis == null ? 0 : state.draw();
  }

  @Override
  void restart() {
    if (metropolis != null) {
      metropolis = new MetropolisStage(plan().seed());
    }
    prologueDone = 0;
    begun = false;
  }

  @Override
  void release() {
    state.release();
    budget.free(bytes);
  }
}
