package org.fieldstream.server.bench;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;

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
  private int steps;

  /**
   * Thermalises the chains.
   *
   * @throws BadTargetException if they do not get there
   */
  ChainContender(Model.Chains model, Target target, Settings settings, Machine machine) {
    name = model.id();
    this.settings = settings;
    parameter = OrderParameter.of(target);
    double start = CpuClock.seconds();
    source = model.open(model.resolve(target), settings.seed(), machine);
    order = new double[source.chains()][1024];
    action = new double[source.chains()][1024];
    try {
      boolean thermal = false;
      while (!thermal) {
        thermal = source.thermalise();
      }
    } catch (BadTargetException e) {
      source.close();
      throw e;
    }
    thermalisation = CpuClock.seconds() - start;
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

  private double slowest() {
    return twoTau().twice();
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

  /** 2 tau_int of the slowest of m, |m|, m^2 (Q, |Q|, Q^2) and S, chains as replicas. */
  private Quality.TwoTau twoTau() {
    return Slowest.of(parameter.symbol(), head(order), head(action));
  }

  private double[][] head(double[][] series) {
    return Arrays.stream(series).map(s -> Arrays.copyOf(s, steps)).toArray(double[][]::new);
  }

  @Override
  public BenchRow row(Rate rate) {
    String choice = source.thermalisation();
    return new BenchRow(name, BenchRow.Kind.CHAIN, rate, twoTau(), thermalisation, choice);
  }

  @Override
  public void close() {
    source.close();
  }
}
