package org.fieldstream.server.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.U1;

/**
 * Runs models until their errors are small enough to tell, and compares. A model that is off by
 * more than the allowed sigmas gets one second look: another seed and half the errors, and that
 * counts. Of a hundred correct numbers one in four sets would fail at 3 sigma without it; a wrong
 * one is only further off.
 */
public final class Verification {
  /** Configurations of a first look, from which the length of the run is told. */
  private static final long FIRST_LOOK = 1 << 14;

  private final Machine machine;
  private final Settings settings;

  /**
   * How sharp to look.
   *
   * @param seed seed of the streams
   * @param sigmas largest allowed distance, in combined standard deviations
   * @param errorRatio run until errors are at most this many times the reference's
   * @param mostConfigurations and no longer than this
   * @param freeConfigurations length of runs that are compared with exact numbers
   */
  public record Settings(
      long seed,
      double sigmas,
      double errorRatio,
      long mostConfigurations,
      long freeConfigurations) {

    /** The full check. */
    public static Settings full(long seed) {
      return new Settings(seed, 3, 4, 1L << 25, 1 << 18);
    }

    /** A check of a few seconds, blind to biases below a few per cent. */
    public static Settings quick(long seed) {
      return new Settings(seed, 4, 40, 1 << 18, 1 << 14);
    }

    private Settings sharper() {
      return new Settings(
          seed + 1, sigmas, errorRatio / 2, 4 * mostConfigurations, 4 * freeConfigurations);
    }
  }

  /** A verification on a machine, which the caller closes. */
  public Verification(Machine machine, Settings settings) {
    this.machine = machine;
    this.settings = settings;
  }

  /** A model against a reference file. */
  public List<Outcome> against(Reference reference, Model model) {
    Target own = model.target();
    Target target = own == null ? reference.target() : own;
    return look(model, ReferenceCheck.against(reference, target), false);
  }

  /** A model against the exact free field. */
  public List<Outcome> againstFreeField(Phi4 phi4, Model model) {
    return look(model, ReferenceCheck.againstFreeField(phi4), true);
  }

  /** A model against the character expansion of a gauge theory. */
  public List<Outcome> againstTorus(U1 u1, Model model) {
    return look(model, ReferenceCheck.againstTorus(u1), true);
  }

  /**
   * Chains of a gauge theory whose charge stands still, each from an exact draw, against its
   * character expansion.
   *
   * @param exact makes the draws
   */
  public List<Outcome> againstTorus(U1 u1, ChainModel model, Model.Draws exact) {
    ReferenceCheck check = ReferenceCheck.againstTorus(u1);
    return look(
        model.id(), check, true, seed -> new StartedEnsemble(model, exact, check, seed, machine));
  }

  private List<Outcome> look(Model model, ReferenceCheck check, boolean exact) {
    return look(
        model.id(),
        check,
        exact,
        model instanceof Model.Chains chains
            ? seed -> new ChainEnsemble(chains, check, seed, machine)
            : seed -> new DrawEnsemble((Model.Draws) model, check, seed, machine));
  }

  private List<Outcome> look(
      String id, ReferenceCheck check, boolean exact, LongFunction<Ensemble> open) {
    List<Outcome> first = run(id, check, exact, open, settings, List.of());
    List<String> failures =
        first.stream()
            .flatMap(o -> o.failures().stream().map(f -> o.exactness() + " " + f))
            .toList();
    return failures.isEmpty() ? first : run(id, check, exact, open, settings.sharper(), failures);
  }

  private List<Outcome> run(
      String id,
      ReferenceCheck check,
      boolean exact,
      LongFunction<Ensemble> open,
      Settings now,
      List<String> firstLook) {
    long start = System.nanoTime();
    // Targets share no random numbers, or one rare draw would show up at all of them.
    long seed = now.seed() + ((long) describe(check.theory()).hashCode() << 16);
    try (Ensemble ensemble = open.apply(seed)) {
      Map<String, List<Comparison>> compared = new TreeMap<>();
      long wanted = exact ? now.freeConfigurations() : FIRST_LOOK;
      while (ensemble.size() < wanted) {
        ensemble.grow(wanted - ensemble.size());
        ensemble.samples().forEach((label, sample) -> compared.put(label, check.of(sample)));
        if (!exact) {
          wanted = Math.min(enough(compared, ensemble.size(), now), now.mostConfigurations());
        }
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      List<Outcome> outcomes = new ArrayList<>();
      compared.forEach(
          (label, comparisons) ->
              outcomes.add(
                  new Outcome(
                      id,
                      label,
                      describe(check.theory()),
                      ensemble.size(),
                      seconds,
                      firstLook,
                      comparisons,
                      failures(comparisons, exact, now))));
      return outcomes;
    }
  }

  /** Configurations that bring the largest error below the bound; at most eightfold at a time. */
  private static long enough(Map<String, List<Comparison>> compared, long size, Settings now) {
    double worst =
        compared.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Comparison::errorRatio)
            .map(ratio -> Double.isNaN(ratio) ? Double.MAX_VALUE : ratio)
            .max()
            .orElse(0);
    if (worst <= now.errorRatio()) {
      return size;
    }
    double factor = worst / now.errorRatio();
    return (long) (size * Math.min(8, 1.1 * factor * factor));
  }

  private static List<String> failures(List<Comparison> comparisons, boolean exact, Settings now) {
    List<String> failures = new ArrayList<>();
    for (Comparison c : comparisons) {
      // Written so that NaN fails.
      if (!(Math.abs(c.pull()) <= now.sigmas())) {
        failures.add(
            String.format(
                Locale.ROOT,
                "%s: %.2f sigma (expected: at most %s)",
                c.quantity(),
                c.pull(),
                now.sigmas()));
      }
      if (!exact && !(c.errorRatio() <= now.errorRatio())) {
        failures.add(
            String.format(
                Locale.ROOT,
                "%s: error %.2g times the reference's (expected: at most %s)",
                c.quantity(),
                c.errorRatio(),
                now.errorRatio()));
      }
    }
    return failures;
  }

  private static String describe(Theory theory) {
    return theory.extents().stream().map(String::valueOf).collect(Collectors.joining(" x "))
        + " "
        + new TreeMap<>(theory.couplings())
            .entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByKey().reversed())
                .map(c -> c.getKey() + "=" + c.getValue())
                .collect(Collectors.joining(" "));
  }
}
