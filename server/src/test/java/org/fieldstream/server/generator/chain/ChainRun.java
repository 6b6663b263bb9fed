package org.fieldstream.server.generator.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theories;
import org.fieldstream.server.theory.Theory;

/** Observables of a thermalised run, chain by chain. */
final class ChainRun {
  private final List<String> names;

  /** {@code [chain][observable][step]}. */
  private final double[][][] series;

  private ChainRun(List<String> names, double[][][] series) {
    this.names = names;
    this.series = series;
  }

  static ChainRun of(Model.Chains model, Target target, long seed, int steps, Machine machine) {
    Theory theory = new Theories().of(target);
    List<String> names = theory.observables();
    double[] now = new double[names.size()];
    try (ChainSource source = model.open(target, seed, machine)) {
      boolean thermal = false;
      while (!thermal) {
        thermal = source.thermalise();
      }
      double[][][] series = new double[source.chains()][names.size()][steps];
      for (int i = 0; i < steps; i++) {
        ChainSource.ChainBatch batch = source.step();
        for (int c = 0; c < series.length; c++) {
          int offset = c * source.shape().size();
          theory.observe(batch.batch().fields(), offset, batch.batch().action()[c], now);
          for (int o = 0; o < now.length; o++) {
            series[c][o][i] = now[o];
          }
        }
      }
      return new ChainRun(names, series);
    }
  }

  /** Names of the observables. */
  List<String> names() {
    return names;
  }

  Estimate mean(String observable) {
    return derived(means -> means[0], observable);
  }

  Estimate derived(ToDoubleFunction<double[]> f, String... observables) {
    List<double[][]> replicas = new ArrayList<>();
    for (double[][] chain : series) {
      double[][] chosen = new double[observables.length][];
      for (int o = 0; o < chosen.length; o++) {
        chosen[o] = chain[names.indexOf(observables[o])];
      }
      replicas.add(chosen);
    }
    return new GammaMethod().derivedOfReplicas(f, replicas.toArray(double[][][]::new));
  }
}
