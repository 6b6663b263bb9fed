package org.fieldstream.server.bench;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;

/** The service's own Markov chains, thermalised, and their magnetisation. */
final class ChainContender implements AutoCloseable {
  /** Steps beyond which no chain is lengthened. */
  private static final int LONGEST = 20_000;

  private static final int LEAST = 100;

  private final ChainSource source;
  private final double[][] magnetisation;
  private int steps;

  ChainContender(Model.Chains model, Target target, long seed, Machine machine) {
    source = model.open(model.resolve(target), seed, machine);
    magnetisation = new double[source.chains()][1024];
    boolean thermal = false;
    while (!thermal) {
      thermal = source.thermalise();
    }
  }

  /** What the chains chose while they thermalised: steps, step size, acceptance. */
  String choice() {
    return source.thermalisation();
  }

  /**
   * Runs for some CPU time.
   *
   * @return trajectories per CPU-second, all chains together
   */
  double turn(double cpuSeconds) {
    int first = steps;
    double start = CpuClock.seconds();
    double spent = 0;
    while (spent < cpuSeconds) {
      step();
      spent = CpuClock.seconds() - start;
    }
    return (double) (steps - first) * magnetisation.length / spent;
  }

  /** Lengthens the chains to a multiple of their own tau_int, as far as that is sensible. */
  void lengthen(double times) {
    while (steps < LEAST || (steps < LONGEST && steps < times * tauInt().tauInt())) {
      for (int more = Math.max(LEAST, steps / 4); more > 0; more--) {
        step();
      }
    }
  }

  private void step() {
    float[] fields = source.step().batch().fields();
    int sites = source.shape().size();
    for (int c = 0; c < magnetisation.length; c++) {
      if (steps == magnetisation[c].length) {
        magnetisation[c] = Arrays.copyOf(magnetisation[c], 2 * steps);
      }
      double sum = 0;
      for (int x = c * sites; x < (c + 1) * sites; x++) {
        sum += fields[x];
      }
      magnetisation[c][steps] = sum / sites;
    }
    steps++;
  }

  /** The magnetisation's tau_int in trajectories, over all chains. */
  Estimate tauInt() {
    double[][] replicas = new double[magnetisation.length][];
    Arrays.setAll(replicas, c -> Arrays.copyOf(magnetisation[c], steps));
    return new GammaMethod().mean(replicas);
  }

  @Override
  public void close() {
    source.close();
  }
}
