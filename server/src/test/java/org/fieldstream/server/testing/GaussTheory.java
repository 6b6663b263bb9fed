package org.fieldstream.server.testing;

import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.TheoryCatalog;

/** S = sum_x phi_x^2 (1 + g) / 2: what the Gaussian draws of the tests almost are. */
public record GaussTheory(List<Integer> extents, double g) implements Theory {
  /** A catalogue with this one theory. */
  public static final TheoryCatalog CATALOG =
      new TheoryCatalog() {
        @Override
        public List<String> names() {
          return List.of("gauss");
        }

        @Override
        public Theory of(Target target) {
          if (!target.theory().equals("gauss")) {
            throw new BadTargetException("theory", target.theory() + " (expected: gauss)");
          }
          return new GaussTheory(target.extents(), target.couplings().getOrDefault("g", 0.0));
        }
      };

  @Override
  public String name() {
    return "gauss";
  }

  @Override
  public int components() {
    return 1;
  }

  @Override
  public Map<String, Double> couplings() {
    return Map.of("g", g);
  }

  @Override
  public List<String> observables() {
    return List.of("phi2", "m");
  }

  @Override
  public Map<String, Sectors> sectors() {
    return Map.of("m", Sectors.SIGNS);
  }

  @Override
  public void observe(float[] fields, int offset, double action, double[] into) {
    int sites = sites();
    double square = 0;
    double sum = 0;
    for (int x = offset; x < offset + sites; x++) {
      square += (double) fields[x] * fields[x];
      sum += fields[x];
    }
    into[0] = square / sites;
    into[1] = sum / sites;
  }

  int sites() {
    return extents.stream().reduce(1, Math::multiplyExact);
  }

  @Override
  public double action(float[] fields, int offset) {
    int end = offset + sites();
    double square = 0;
    for (int x = offset; x < end; x++) {
      square += (double) fields[x] * fields[x];
    }
    return square * (1 + g) / 2;
  }

  @Override
  public double action(double[] fields, int offset) {
    int end = offset + sites();
    double square = 0;
    for (int x = offset; x < end; x++) {
      square += fields[x] * fields[x];
    }
    return square * (1 + g) / 2;
  }
}
