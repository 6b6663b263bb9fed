package org.fieldstream.server.certify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.TimedReplicas;
import org.jspecify.annotations.Nullable;

/**
 * All tests of some configurations, and one decision. An exact ensemble is refused, falsely, in at
 * most 1 of 370 cases (3 sigma of a normal): that rate is shared out to the tests, a quarter to all
 * drifts together, an eighth to all identities together, the rest in equal parts to the others. A
 * test with share s of tail probability p says as much as one test alone of 1 - (1 - p)^(1/s) (Z.
 * Sidak, J. Am. Stat. Assoc. 62 (1967) 626, with unequal parts; an upper bound where tests are
 * correlated), and the most significant one decides.
 *
 * @param configurations how many were tested
 * @param findings the tests
 * @param sigmas significance of the most significant test, all others taken into account
 * @param verdict the decision
 * @param decisive that test; null where none counts
 * @param powers what biases would have been seen
 */
public record Decision(
    int configurations,
    List<Finding> findings,
    double sigmas,
    Verdict verdict,
    @Nullable Finding decisive,
    List<Power> powers) {
  /** Sigmas beyond which an ensemble is refused. */
  public static final double THRESHOLD = 3;

  /** Independent configurations below which a test's error is not to be trusted. */
  static final double FEWEST = 50;

  /** Several numbers are tested together where their covariance is known so well. */
  static final double FREEDOM_PER_DIRECTION = 4;

  /** Sigmas beyond a threshold at which 90 % are. */
  private static final double NINETY_PERCENT = 1.2816;

  /** The decision. */
  public enum Verdict {
    /** Nothing speaks against it. */
    PASSED,
    /** It does not follow exp(-S). */
    REFUSED,
    /** There are too few configurations to tell. */
    UNDECIDED
  }

  public Decision {
    findings = List.copyOf(findings);
    powers = List.copyOf(powers);
  }

  static Decision of(Rows rows, Probes probes) {
    return new Maker(rows).decide(probes);
  }

  /** Makes a decision. */
  private static final class Maker {
    private static final String STATIONARITY = "stationarity";
    private static final String ALL_DRIFTS = "drifts";
    private static final String ALL_IDENTITIES = "identities";

    private final Rows rows;
    private final int n;
    private final double[] weights;
    private final double weightRatio;

    /** Rows by replica, then by time. */
    private final List<int[]> groups = new ArrayList<>();

    private final @Nullable TimedReplicas times;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Means> identities = new ArrayList<>();

    private Maker(Rows rows) {
      this.rows = rows;
      n = rows.size();
      weights = weights();
      double squares = 0;
      for (double w : weights) {
        squares += w * w;
      }
      weightRatio = n == 0 ? 0 : n / squares;
      group();
      times = n == 0 ? null : times();
    }

    /** exp(log weight), of mean 1. */
    private double[] weights() {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        largest = Math.max(largest, rows.logWeight(i));
      }
      double[] w = new double[n];
      double sum = 0;
      for (int i = 0; i < n; i++) {
        w[i] = largest == Double.NEGATIVE_INFINITY ? 1 : Math.exp(rows.logWeight(i) - largest);
        sum += w[i];
      }
      for (int i = 0; i < n; i++) {
        w[i] *= n / sum;
      }
      return w;
    }

    private void group() {
      Integer[] order = new Integer[n];
      Arrays.setAll(order, i -> i);
      Arrays.sort(
          order,
          (a, b) -> {
            int byReplica = Integer.compareUnsigned(rows.replica(a), rows.replica(b));
            return byReplica != 0 ? byReplica : Long.compareUnsigned(rows.time(a), rows.time(b));
          });
      for (int from = 0; from < n; ) {
        int to = from + 1;
        while (to < n && rows.replica(order[to]) == rows.replica(order[from])) {
          to++;
        }
        groups.add(Arrays.stream(order, from, to).mapToInt(Integer::intValue).toArray());
        from = to;
      }
    }

    private TimedReplicas times() {
      long[][] at = new long[groups.size()][];
      for (int r = 0; r < at.length; r++) {
        int[] group = groups.get(r);
        at[r] = Arrays.stream(group).mapToLong(rows::time).toArray();
      }
      return TimedReplicas.ofIds(at);
    }

    /** A mean with its error; the column it is of, weights included. */
    private record Means(double[] column, Estimate estimate, double effective) {
      double t() {
        return estimate.mean() == 0 ? 0 : estimate.mean() / estimate.error();
      }

      double freedom() {
        return Math.min(effective, estimate.n() / (2.0 * estimate.window() + 1));
      }

      boolean isTrusted() {
        // A number that never changes has no error, and tells of nothing but itself.
        return estimate.error() == 0 ? estimate.mean() != 0 : effective >= FEWEST;
      }
    }

    private Means means(double[] column) {
      double[] weighted = new double[n];
      for (int i = 0; i < n; i++) {
        weighted[i] = weights[i] * column[i];
      }
      return ofWeighted(weighted);
    }

    private Means ofWeighted(double[] column) {
      double[][] values = new double[groups.size()][];
      for (int r = 0; r < values.length; r++) {
        values[r] = Arrays.stream(groups.get(r)).mapToDouble(i -> column[i]).toArray();
      }
      Estimate e = times == null ? new Estimate(0, Double.NaN, 0.5, 0, 0, 0) : times.mean(values);
      double independent = Math.min(e.n(), e.effectiveN());
      return new Means(column, e, Double.isNaN(e.error()) ? 0 : independent * weightRatio);
    }

    private Decision decide(Probes probes) {
      for (Probes.Probe probe : probes.probes()) {
        if (probe.count() == 1) {
          Means means = means(rows.number(probe.first()));
          boolean sector = probe.kind() == Probes.Kind.SECTOR;
          boolean stuck = sector && means.estimate().error() == 0;
          if (probe.kind() == Probes.Kind.CHARGE) {
            charge(probe, means);
          } else {
            single(probe.name(), probe.statement(), word(probe.kind()), means, !stuck);
          }
          if (probe.kind() == Probes.Kind.SCHWINGER_DYSON) {
            identities.add(means);
          }
        } else {
          List<Means> parts = new ArrayList<>();
          for (int k = 0; k < probe.count(); k++) {
            parts.add(means(rows.number(probe.first() + k)));
          }
          together(probe.name(), probe.statement(), word(probe.kind()), parts);
        }
      }
      List<Means> drifts = new ArrayList<>();
      List<Means> joint = new ArrayList<>();
      for (int o = 0; o < rows.observables().size(); o++) {
        String name = rows.observables().get(o);
        boolean moves = moves(probes.sectorOf(o));
        Means step = means(rows.stepDrift(o));
        Means window = means(rows.windowDrift(o));
        String later = "<" + name + " after a step> = <" + name + ">";
        String muchLater = "<" + name + " long after> = <" + name + ">";
        single("step_" + name, later, STATIONARITY, step, moves);
        single("drift_" + name, muchLater, STATIONARITY, window, moves);
        drifts.add(window);
        if (moves) {
          joint.add(window);
        }
      }
      together(ALL_IDENTITIES, "all identities hold together", "identity", identities);
      rows.operatorDrifts().forEach(column -> joint.add(means(column)));
      together(
          ALL_DRIFTS,
          "no mean drifts, of observables and local operators together",
          STATIONARITY,
          joint);
      Finding decisive =
          findings.stream()
              .filter(Finding::decided)
              .max(Comparator.comparingDouble(this::global))
              .orElse(null);
      double sigmas = decisive == null ? 0 : global(decisive);
      Verdict verdict =
          decisive == null
              ? Verdict.UNDECIDED
              : sigmas > THRESHOLD ? Verdict.REFUSED : Verdict.PASSED;
      return new Decision(n, findings, sigmas, verdict, decisive, powers(drifts));
    }

    /** Whether a number that labels a sector moves often enough; true for none. */
    private boolean moves(int number) {
      if (number < 0) {
        return true;
      }
      Means sector = means(rows.number(number));
      return sector.estimate().error() > 0 && sector.isTrusted();
    }

    private static String word(Probes.Kind kind) {
      return switch (kind) {
        case SCHWINGER_DYSON -> "identity";
        case SECTOR, SYMMETRY -> "symmetry";
        case CHARGE -> "charge";
      };
    }

    private void single(
        String name, String statement, String kind, Means means, boolean meaningful) {
      double t = means.t();
      double sigmas = Math.copySign(Tail.sigmas(Tail.ofStudent(t, means.freedom())), t);
      boolean decided = meaningful && means.isTrusted() && !Double.isNaN(sigmas);
      findings.add(
          new Finding(
              name,
              statement,
              kind,
              means.estimate().mean(),
              means.estimate().error(),
              means.effective(),
              decided ? sigmas : 0,
              decided));
    }

    /** Whole numbers are whole in every configuration: one that is not decides. */
    private void charge(Probes.Probe probe, Means means) {
      double broken = means.estimate().mean();
      findings.add(
          new Finding(
              probe.name(),
              probe.statement(),
              word(probe.kind()),
              broken,
              0,
              n,
              broken == 0 ? 0 : Tail.FARTHEST,
              n > 0));
    }

    /** Hotelling's T^2, direction by direction of the numbers' own spread. */
    private void together(String name, String statement, String kind, List<Means> parts) {
      List<double[]> directions = Directions.of(parts.stream().map(Means::column).toList(), n);
      double t2 = 0;
      double freedom = Double.POSITIVE_INFINITY;
      boolean trusted = !directions.isEmpty();
      for (double[] direction : directions) {
        Means along = ofWeighted(direction);
        t2 += along.t() * along.t();
        freedom = Math.min(freedom, along.freedom());
        trusted &= along.isTrusted() && along.estimate().error() > 0;
      }
      int k = directions.size();
      trusted &= freedom >= Math.max(FEWEST, FREEDOM_PER_DIRECTION * k);
      double sigmas = trusted ? Tail.sigmas(Tail.ofHotelling(t2, k, freedom)) : 0;
      findings.add(
          new Finding(name, statement, kind, Double.NaN, Double.NaN, freedom, sigmas, trusted));
    }

    /** The part of the rate of false alarms that a test has; of those that count, they add to 1. */
    private double share(Finding finding) {
      double sum = 0;
      for (Finding other : findings) {
        sum += other.decided() ? weight(other) : 0;
      }
      return weight(finding) / sum;
    }

    private double weight(Finding finding) {
      long single = findings.stream().filter(f -> f.decided() && !isJoint(f)).count();
      return switch (finding.name()) {
        case ALL_DRIFTS -> 1.0 / 4;
        case ALL_IDENTITIES -> 1.0 / 8;
        default -> 5.0 / 8 / single;
      };
    }

    private static boolean isJoint(Finding finding) {
      return finding.name().equals(ALL_DRIFTS) || finding.name().equals(ALL_IDENTITIES);
    }

    /** Sigmas of the whole, if this were the most significant test. */
    private double global(Finding finding) {
      if (!finding.decided()) {
        return 0;
      }
      double p = Tail.ofSigmas(finding.sigmas());
      return Tail.sigmas(-Math.expm1(Math.log1p(-p) / share(finding)));
    }

    private List<Power> powers(List<Means> drifts) {
      List<Power> powers = new ArrayList<>();
      double share =
          findings.stream()
              .filter(f -> f.decided() && !isJoint(f))
              .findFirst()
              .map(this::share)
              .orElse(1.0);
      double single = -Math.expm1(Math.log1p(-Tail.ofSigmas(THRESHOLD)) * share);
      double needed = Tail.sigmas(single) + NINETY_PERCENT;
      for (int o = 0; o < drifts.size(); o++) {
        double[] values = rows.values(o);
        double[] drift = drifts.get(o).column();
        double mean = 0;
        double meanDrift = 0;
        for (int i = 0; i < n; i++) {
          mean += weights[i] * values[i] / n;
          meanDrift += drift[i] / n;
        }
        double variance = 0;
        double covariance = 0;
        for (int i = 0; i < n; i++) {
          variance += weights[i] * (values[i] - mean) * (values[i] - mean) / n;
          covariance += (values[i] - mean) * (drift[i] - weights[i] * meanDrift) / n;
        }
        double forgotten = Math.max(0, Math.min(1, -covariance / variance));
        powers.add(
            new Power(
                rows.observables().get(o),
                mean,
                Math.sqrt(variance),
                forgotten,
                needed * drifts.get(o).estimate().error() / forgotten));
      }
      return powers;
    }
  }
}
