package org.fieldstream.server.bench;

import java.util.Arrays;
import java.util.Locale;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** The service's own Markov chains, thermalised; their order parameter and action are watched. */
final class ChainContender implements Contender {
  /** Steps beyond which no chain is lengthened. */
  private static final int LONGEST = 20_000;

  private static final int LEAST = 100;

  private final String name;
  private final Settings settings;
  private final ChainSource source;
  private final OrderParameter parameter;

  /** {@code [chain][step]}. */
  private final double[][] order;

  private final double[][] action;
  private final double thermalisation;
  private final String start;
  private int steps;

  /**
   * Thermalises the chains.
   *
   * @param from makes the states that they start from; null for a hot start
   * @throws BadTargetException if they do not get there
   */
  ChainContender(
      ChainModel model,
      Target target,
      Model.@Nullable Draws from,
      Settings settings,
      Machine machine) {
    name = model.id();
    this.settings = settings;
    parameter = OrderParameter.of(target);
    this.start =
        from == null ? "" : "started from states of the Metropolis chain on " + from.id() + ", ";
    double start = CpuClock.seconds();
    Target own = model.resolve(target);
    // Other draws than those that the flow is judged by.
    try (FlowStart states =
        from == null ? null : new FlowStart(from, target, ~settings.seed(), machine)) {
      source =
          states == null
              ? model.open(own, settings.seed(), machine)
              : model.open(own, settings.seed(), states, machine);
      thermalise(source);
    }
    order = new double[source.chains()][1024];
    action = new double[source.chains()][1024];
    thermalisation = CpuClock.seconds() - start;
  }

  /** Until they are thermal; closes chains that do not get there. */
  private static void thermalise(ChainSource source) {
    try {
      boolean thermal = false;
      while (!thermal) {
        thermal = source.thermalise();
      }
    } catch (RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void warmUp() {
    // Thermalisation compiled most of it.
    turn(settings.warmUpSeconds() / 3);
  }

  @Override
  public double turn(int round) {
    return turn(settings.turnSeconds());
  }

  private double turn(double cpuSeconds) {
    int first = steps;
    double start = CpuClock.seconds();
    double spent = 0;
    while (spent < cpuSeconds) {
      step();
      spent = CpuClock.seconds() - start;
    }
    return (double) (steps - first) * order.length / spent;
  }

  /** To a multiple of their own tau_int, as far as that is sensible. */
  @Override
  public void lengthen() {
    while (steps < LEAST || (steps < LONGEST && steps < settings.chainTimes() * slowest() / 2)) {
      for (int more = Math.max(LEAST, steps / 4); more > 0; more--) {
        step();
      }
    }
  }

  /** Where one is frozen, of the others: no length is enough for it. */
  private double slowest() {
    return times().moving().twice();
  }

  private void step() {
    DrawBatch batch = source.step().batch();
    int size = source.shape().size();
    for (int c = 0; c < order.length; c++) {
      if (steps == order[c].length) {
        order[c] = Arrays.copyOf(order[c], 2 * steps);
        action[c] = Arrays.copyOf(action[c], 2 * steps);
      }
      order[c][steps] = parameter.function().of(batch.fields(), c * size, size);
      action[c][steps] = batch.action()[c];
    }
    steps++;
  }

  private Slowest times() {
    return Slowest.of(parameter, head(order), head(action));
  }

  private double[][] head(double[][] series) {
    return Arrays.stream(series).map(s -> Arrays.copyOf(s, steps)).toArray(double[][]::new);
  }

  @Override
  public BenchRow row(Rate rate) {
    Slowest times = times();
    String choice = start + source.thermalisation() + "; " + times;
    if (times.slowest().isFrozen()) {
      choice +=
          String.format(
              Locale.ROOT,
              ", of all but %s %,.0f independent per CPU-second",
              times.frozen(),
              rate.median() / times.moving().twice());
    }
    return new BenchRow(name, BenchRow.Kind.CHAIN, rate, times.slowest(), thermalisation, choice);
  }

  @Override
  public void close() {
    source.close();
  }
}
