package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.bench.AnnealedRow;
import org.fieldstream.server.bench.AnnealedStudy;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code anneal}: the table of what the draws of an annealed diffusion model of U(1) are worth,
 * from one score at several beta and on several lattices.
 */
@Command(
    name = "anneal",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draws of an annealed diffusion model of U(1) beside exact values.",
      "For each lattice and beta three lines: nothing decided (langevin), every level's moves"
          + " accepted or rejected (adjusted), and these draws reweighted with the weights of their"
          + " ways (corrected), which is exact. Each observable with its error and its distance"
          + " from the exact value in standard deviations; acceptance by level, effective sample"
          + " size, draws per CPU-second."
    })
public final class AnnealCommand implements Callable<Integer> {
  private static final List<String> OBSERVABLES =
      List.of("plaquette", "wilson_2x2", "wilson_3x3", "wilson_4x4", "chi_q");

  private final Function<String, Machine> machines;
  private final Function<@Nullable Path, List<Model>> registry;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "ID",
      defaultValue = "u1-diffusion",
      description = "an adjusted model of U(1) (default: ${DEFAULT-VALUE})")
  private String id = "u1-diffusion";

  @Option(
      names = "--extent",
      split = ",",
      paramLabel = "L",
      defaultValue = "8,16,32",
      description = "lattices L x L (default: ${DEFAULT-VALUE})")
  private List<Integer> extents = List.of();

  @Option(
      names = "--beta",
      split = ",",
      paramLabel = "BETA",
      defaultValue = "1,3,5,7,9,11",
      description = "couplings (default: ${DEFAULT-VALUE})")
  private List<Double> betas = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "CPU-seconds for each of two models at each target (default: ${DEFAULT-VALUE})")
  private double seconds = 20;

  @Option(
      names = "--draws",
      defaultValue = "65536",
      description = "and no more draws than these (default: ${DEFAULT-VALUE})")
  private int draws = 1 << 16;

  @Option(
      names = "--langevin-draws",
      paramLabel = "N",
      description = "the same for the draws in which nothing is decided (default: as --draws)")
  private @Nullable Integer langevinDraws;

  @Option(names = "--seed", defaultValue = "1", description = "seed (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data directory of a server, for its models (default: none)")
  private @Nullable Path data;

  @Option(
      names = "--machine",
      defaultValue = "auto",
      description = "auto, vector, opencl[:N] or jtp (default: ${DEFAULT-VALUE})")
  private String machine = "auto";

  /**
   * The command.
   *
   * @param machines opens a machine by name
   * @param registry all models there are, with those of a data directory if one is given
   */
  public AnnealCommand(
      Function<String, Machine> machines, Function<@Nullable Path, List<Model>> registry) {
    this.machines = machines;
    this.registry = registry;
  }

  @Override
  public Integer call() {
    int langevinMost = langevinDraws == null ? draws : langevinDraws;
    if (draws < 64) {
      throw wrong("--draws: " + draws + " (expected: >= 64)");
    }
    if (langevinMost < 64) {
      throw wrong("--langevin-draws: " + langevinMost + " (expected: >= 64)");
    }
    if (!(seconds >= 0)) {
      throw wrong("--seconds: " + seconds + " (expected: >= 0)");
    }
    List<Model> all = registry.apply(data);
    AnnealedModel adjusted = find(all, id);
    AnnealedModel langevin = find(all, id + AnnealedModel.LANGEVIN);
    List<Target> targets = targets(adjusted);
    PrintWriter out = spec.commandLine().getOut();
    try (Machine on = machines.apply(machine)) {
      out.printf(
          "%s, machine: %s, %s processors, Java %s%n%n",
          id,
          on.describe(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("java.version"));
      out.println(head());
      AnnealedStudy study = new AnnealedStudy(on, seed, OBSERVABLES);
      for (Target target : targets) {
        List<AnnealedRow> rows =
            new ArrayList<>(study.run(langevin, target, seconds, langevinMost));
        rows.addAll(study.run(adjusted, target, seconds, draws));
        U1 u1 = U1.of(target);
        rows.forEach(row -> out.println(line(u1.extents().get(0), u1.beta(), row)));
        out.flush();
      }
    }
    out.printf(
        "%n? marks rows of fewer than 30 effective draws: neither they nor their errors are to be"
            + " trusted.%n");
    out.flush();
    return 0;
  }

  /** All of them, before hours are spent on the first ones. */
  private List<Target> targets(AnnealedModel model) {
    List<Target> targets = new ArrayList<>();
    try {
      for (int extent : extents) {
        for (double beta : betas) {
          targets.add(
              model.resolve(
                  new Target(U1.NAME, List.of(extent, extent), Map.of(U1.COUPLING, beta))));
        }
      }
    } catch (BadTargetException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    return targets;
  }

  private AnnealedModel find(List<Model> all, String name) {
    return all.stream()
        .filter(m -> m.id().equals(name) && m instanceof AnnealedModel && isGauge(m))
        .map(AnnealedModel.class::cast)
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "--model: "
                        + name
                        + " (expected: an annealed model of U(1): "
                        + String.join(
                            ", ",
                            all.stream()
                                .filter(m -> m instanceof AnnealedModel && isGauge(m))
                                .map(Model::id)
                                .filter(known -> !known.endsWith(AnnealedModel.LANGEVIN))
                                .toList())
                        + ")"));
  }

  private static boolean isGauge(Model model) {
    Target target = model.target();
    return target != null && target.theory().equals(U1.NAME);
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private static String head() {
    StringBuilder text = new StringBuilder("|  L | beta | way | levels | acceptance mean, least |");
    text.append(" draws | ESS/N | draws/cpu-s |");
    OBSERVABLES.forEach(name -> text.append(' ').append(name).append(" (exact; sigmas) |"));
    text.append(System.lineSeparator());
    text.append("|---".repeat(8 + OBSERVABLES.size())).append('|');
    return text.toString();
  }

  private static String line(int extent, double beta, AnnealedRow row) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "| %2d | %4s | %-9s | %5d | %.2f, %.2f | %5d | %s%s | %.4g |",
                extent,
                beta == Math.rint(beta) ? String.valueOf((long) beta) : String.valueOf(beta),
                row.way(),
                row.levels(),
                row.meanAcceptance(),
                row.leastAcceptance(),
                row.draws(),
                row.way().equals("corrected") ? String.format(Locale.ROOT, "%.3f", row.ess()) : "",
                row.isTrusted() ? "" : " ?",
                row.rate()));
    for (String name : OBSERVABLES) {
      text.append(
          row.entries().stream()
              .filter(entry -> entry.name().equals(name))
              .map(AnnealCommand::cell)
              .findFirst()
              .orElse(" |")); // a loop larger than the lattice
    }
    return text.toString();
  }

  private static String cell(AnnealedRow.Entry entry) {
    return String.format(
        Locale.ROOT,
        " %.5f +- %.5f (%.5f; %+.1f) |",
        entry.mean(),
        entry.error(),
        entry.exact(),
        entry.pull());
  }
}
