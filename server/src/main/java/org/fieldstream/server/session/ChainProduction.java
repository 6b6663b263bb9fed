package org.fieldstream.server.session;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.ChainSource.ChainBatch;
import org.fieldstream.server.generator.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of Markov chains: configuration i is chain i % chains after i / chains + 1 steps. A
 * resumed stream thermalises and steps again up to its first configuration; nothing is sent
 * meanwhile.
 */
final class ChainProduction extends Production implements WorkPlace {
  private static final Logger LOG = LoggerFactory.getLogger(ChainProduction.class);

  private final ChainBudget budget;
  private final long bytes;
  private Machine machine;
  private final Sample state;
  private @Nullable ChainSource source;
  private @Nullable ChainBatch step;
  private boolean thermalised;
  private long steps;

  ChainProduction(
      StreamPlan plan,
      BatchSink sink,
      StreamMeters meters,
      Runnable wake,
      ChainBudget budget,
      Machine machine) {
    super(plan, sink, meters, wake);
    this.budget = budget;
    this.bytes = ((Model.Chains) plan.model()).bytes(plan.target());
    budget.take(bytes, "take a smaller lattice");
    this.machine = machine;
    this.state = new Sample(plan.shape().size(), plan.theory(), WatchedLevels.NONE);
  }

  @Override
  public void sweep() {
    settle();
  }

  @Override
  public boolean isEmpty() {
    return settle();
  }

  @Override
  public boolean hasWork() {
    return allowance() > 0;
  }

  @Override
  public void work() {
    ChainSource open = source;
    if (open == null) {
      open = ((Model.Chains) plan().model()).open(plan().target(), plan().seed(), machine);
      source = open;
      opened(open.chains());
    } else if (!thermalised) {
      thermalised = open.thermalise();
      if (thermalised) {
        LOG.info("{}: {}", plan().model().id(), open.thermalisation());
      }
    } else {
      step(open);
    }
  }

  private void step(ChainSource open) {
    int chains = open.chains();
    ChainBatch now = step;
    if (now == null || next() / chains >= steps) {
      now = open.step();
      steps++;
      step = now;
    }
    while (next() / chains == steps - 1 && allowance() > 0) {
      int chain = (int) (next() % chains);
      state.set(plan().theory(), now.batch(), chain, next(), 0);
      deliver(state, now.accepted()[chain], Double.NaN);
    }
    state.drop();
    if (next() / chains >= steps) {
      step = null;
    }
  }

  @Override
  public ModelAt key() {
    return ModelAt.of(plan().model(), plan().target());
  }

  @Override
  public Machine machine() {
    return machine;
  }

  @Override
  public void moveTo(Machine next, ServiceException forOthers) {
    machine = next;
    startOver(next.kind(), forOthers);
  }

  @Override
  void restart() {
    closeSource();
    thermalised = false;
    steps = 0;
  }

  @Override
  long acceptedDraw() {
    return 0;
  }

  @Override
  void release() {
    closeSource();
    budget.free(bytes);
  }

  private void closeSource() {
    ChainSource open = source;
    source = null;
    step = null;
    if (open != null) {
      try {
        open.close();
      } catch (RuntimeException e) {
        // The stream is over; the machine frees the rest when it closes.
        LOG.warn("Chains of model {} did not close", plan().model().id(), e);
      }
    }
  }
}
