package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.verify.Outcome;
import org.fieldstream.server.verify.Reference;
import org.fieldstream.server.verify.Verification;
import org.fieldstream.server.verify.VerificationTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code verify}: compares generators with independent results and exact numbers, prints a table,
 * and exits with 1 if anything is off.
 */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks that models draw from exp(-S).",
      "cluster, hmc and the trained models against results of an independent program; cluster, hmc"
          + " and gaussian against the exact free field in one to four dimensions; hmc, local,"
          + " winding, exact and the trained models of U(1) against the character expansion of"
          + " two-dimensional U(1), hmc and local from exact draws where their charge stands still,"
          + " beyond beta = 3. Prints every number beside what it should be, in combined"
          + " standard deviations; exits with 1 if one is off."
    })
public final class VerifyCommand implements Callable<Integer> {
  /** The largest lattices of the reference files that chains are held to. */
  private static final int LARGEST = 20;

  private static final int LARGEST_QUICK = 8;

  /** Chains that are checked without being asked for. */
  private static final Set<String> CHAINS = Set.of("cluster", "hmc", "local", "winding");

  /**
   * Chains that move in small steps only, and beyond some beta keep their charge for longer than
   * anyone can wait: from there on each starts from an exact draw.
   */
  private static final Set<String> SMALL_STEPS = Set.of("hmc", "hmc-leapfrog", "local", "mala");

  private static final double LARGEST_BETA_OF_SMALL_STEPS = 3;

  private final Function<String, Machine> machines;
  private final Function<@Nullable Path, List<Model>> registry;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--quick", description = "a few seconds, small lattices, large errors")
  private boolean quick;

  @Option(
      names = "--model",
      paramLabel = "ID",
      description =
          "check this model only; repeatable (default: cluster, hmc, local, winding, exact,"
              + " gaussian, all trained ones)")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data directory of a server, to check its models too (default: none)")
  private @Nullable Path data;

  @Option(names = "--seed", defaultValue = "1", description = "seed (default: ${DEFAULT-VALUE})")
  private long seed = 1;

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
  public VerifyCommand(
      Function<String, Machine> machines, Function<@Nullable Path, List<Model>> registry) {
    this.machines = machines;
    this.registry = registry;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Verification.Settings settings =
        quick ? Verification.Settings.quick(seed) : Verification.Settings.full(seed);
    VerificationTable table = new VerificationTable(out, settings.sigmas());
    List<Model> models = chosen();
    int comparisons = 0;
    List<Outcome> failed = new ArrayList<>();
    try (Machine on = machines.apply(machine)) {
      out.printf("machine: %s%n%n", on.describe());
      Verification verification = new Verification(on, settings);
      for (Model model : models) {
        for (Case check : cases(model)) {
          for (Outcome outcome : check.run(verification)) {
            table.print(outcome);
            comparisons += outcome.comparisons().size();
            if (!outcome.passes()) {
              failed.add(outcome);
            }
          }
        }
      }
    }
    for (Outcome outcome : failed) {
      out.printf("FAILED: %s %s at %s%n", outcome.model(), outcome.exactness(), outcome.target());
    }
    boolean passes = failed.isEmpty() && comparisons > 0;
    out.printf(
        Locale.ROOT,
        "%s: %d numbers of %d models, bound %s sigma%n",
        passes ? "PASSED" : "FAILED",
        comparisons,
        models.size(),
        settings.sigmas());
    out.flush();
    return passes ? 0 : 1;
  }

  private List<Model> chosen() {
    Path directory = data;
    if (directory != null && !Files.isDirectory(directory)) {
      throw new ParameterException(
          spec.commandLine(),
          "--data: " + directory + " (expected: a directory, with models in its directory models)");
    }
    List<Model> all = registry.apply(directory);
    if (ids.isEmpty()) {
      return all.stream().filter(m -> CHAINS.contains(m.id()) || m instanceof Model.Draws).toList();
    }
    List<Model> chosen = new ArrayList<>();
    for (String id : ids) {
      chosen.add(
          all.stream()
              .filter(m -> m.id().equals(id))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "--model: "
                              + id
                              + " (expected: one of "
                              + String.join(", ", all.stream().map(Model::id).toList())
                              + ")")));
    }
    return chosen;
  }

  /** Something to check a model with. */
  private interface Case {
    List<Outcome> run(Verification verification);
  }

  private List<Case> cases(Model model) {
    List<Case> cases = new ArrayList<>();
    Target own = model.target();
    if (own != null) {
      for (Reference reference : Reference.all()) {
        if (reference.isOf(own)) {
          cases.add(verification -> verification.against(reference, model));
        }
      }
      for (U1 u1 : tori(model, own)) {
        if (takes(model, target(u1))) {
          cases.add(verification -> verification.againstTorus(u1, model));
        }
      }
      String why =
          model.exactness().equals(Set.of(Exactness.RAW))
              ? "it is RAW by its own account"
              : model.exactness().equals(Set.of(Exactness.LANGEVIN_ADJUSTED))
                  ? "its draws are near exp(-S) only, by its own account"
                  : model instanceof AnnealedModel
                      ? "its draws cost too much for these bounds; see "
                          + (own.theory().equals(U1.NAME) ? "anneal" : "ensembles certify")
                      : cases.isEmpty() ? "no reference for its target" : "";
      if (!why.isEmpty()) {
        spec.commandLine().getOut().printf("%s: not checked, %s%n%n", model.id(), why);
        cases.clear();
      }
      return cases;
    }
    if (model instanceof Model.Chains) {
      for (Reference reference : Reference.all()) {
        if (reference.extent() <= (quick ? LARGEST_QUICK : LARGEST)
            && (reference.m2() == -4 || reference.m2() == 1)
            && takes(model, reference.target())) {
          cases.add(verification -> verification.against(reference, model));
        }
      }
    }
    for (Lattice lattice : freeFields()) {
      Phi4 free = Phi4.massForm(lattice, 1, 0);
      if (takes(model, target(free))) {
        cases.add(verification -> verification.againstFreeField(free, model));
      }
    }
    for (U1 u1 : tori(model, null)) {
      if (!takes(model, target(u1))) {
        continue;
      }
      if (u1.beta() > LARGEST_BETA_OF_SMALL_STEPS
          && SMALL_STEPS.contains(model.id())
          && model instanceof ChainModel chains) {
        cases.add(verification -> verification.againstTorus(u1, chains, new ExactModel()));
      } else {
        cases.add(verification -> verification.againstTorus(u1, model));
      }
    }
    return cases;
  }

  /** Whether a model can sample a target. */
  private static boolean takes(Model model, Target target) {
    try {
      return model.resolve(target).equals(target);
    } catch (BadTargetException e) {
      return false;
    }
  }

  private static Target target(Theory theory) {
    return new Target(theory.name(), theory.extents(), theory.couplings());
  }

  /**
   * Gauge theories to check a model with.
   *
   * @param own the model's own target; null for one that takes any
   */
  private List<U1> tori(Model model, @Nullable Target own) {
    if (own != null && !own.theory().equals(U1.NAME)) {
      return List.of();
    }
    Lattice lattice =
        own != null ? U1.of(own).lattice() : quick ? Lattice.of(8, 8) : Lattice.of(16, 16);
    double[] betas = quick ? new double[] {1, 7} : new double[] {1, 2, 3, 5, 7, 9, 11};
    return DoubleStream.concat(
            Arrays.stream(betas),
            own == null ? DoubleStream.empty() : DoubleStream.of(U1.of(own).beta()))
        .distinct()
        .sorted()
        .mapToObj(beta -> new U1(lattice, beta))
        .toList();
  }

  private static List<Lattice> freeFields() {
    return List.of(
        Lattice.of(16),
        Lattice.of(8, 8),
        Lattice.of(8, 6),
        Lattice.of(5, 5, 5),
        Lattice.of(4, 4, 4, 4));
  }
}
