package org.fieldstream.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.bench.Bench;
import org.fieldstream.server.bench.BenchJson;
import org.fieldstream.server.bench.BenchReport;
import org.fieldstream.server.bench.Host;
import org.fieldstream.server.bench.LatticeRows;
import org.fieldstream.server.bench.LatticeTarget;
import org.fieldstream.server.bench.Peer;
import org.fieldstream.server.bench.PeerException;
import org.fieldstream.server.bench.Settings;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: independent configurations per CPU-second, flows beside Markov chains. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how many independent configurations a CPU-second makes.",
      "On each square lattice of phi^4 the trained flows, the service's own Markov chains (hmc and"
          + " cluster) and, if given, another program take turns; of U(1) the trained flows, exact"
          + " draws, hmc, local and winding. Ends with a table and, lattice by"
          + " lattice, which of them is the better choice. CPU time is that of the whole process,"
          + " the JIT compiler included. Takes some minutes on a quiet machine."
    })
public final class BenchCommand implements Callable<Integer> {
  private final Function<@Nullable Path, List<Model>> registry;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--quick", description = "a few seconds, rough numbers")
  private boolean quick;

  @Option(
      names = "--model",
      paramLabel = "ID",
      description =
          "measure this flow only, and chains on its lattice; an annealed model beside the flows"
              + " whose lattice it takes; repeatable (default: all on square lattices but those of"
              + " the hopping form, and chains at criticality for L = 8, 16, 32, 64)")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--start",
      paramLabel = "ID",
      description =
          "start the Markov chains on the lattice of this model, one of those measured, from states"
              + " of the Metropolis chain on its draws, which are thermal (default: from random"
              + " fields, until they have forgotten them)")
  private @Nullable String start;

  @Option(
      names = "--peer",
      paramLabel = "PROGRAM",
      description =
          "program to compare with; run as PROGRAM L m2 lambda TRAJECTORIES STEPS LENGTH, it prints"
              + " traj/s=... and <m>=... +- ... tau_int=...")
  private @Nullable Path peer;

  @Option(
      names = "--peer-u1",
      paramLabel = "PROGRAM",
      description =
          "the same for U(1); run as PROGRAM L beta TRAJECTORIES STEPS, it prints traj/cpu-s=..."
              + " and Q=...+-... tau=...")
  private @Nullable Path peerOfU1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads that compute (default: ${DEFAULT-VALUE})")
  private int threads = 1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "turns of each, whose median is shown; at least 3 (default: ${DEFAULT-VALUE})")
  private int rounds = 5;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data directory of a server, to measure its flows too (default: none)")
  private @Nullable Path data;

  @Option(names = "--seed", defaultValue = "1", description = "seed (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--json", paramLabel = "FILE", description = "write the numbers to a file, too")
  private @Nullable Path json;

  /**
   * The command.
   *
   * @param registry all models there are, with those of a data directory if one is given
   */
  public BenchCommand(Function<@Nullable Path, List<Model>> registry) {
    this.registry = registry;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Settings settings = settings();
    SortedMap<LatticeTarget, List<Model.Draws>> flows = flows();
    checkStart(flows);
    try (Machine machine = machine()) {
      Host host = Host.here(machine.describe());
      List<Peer> peers = new ArrayList<>();
      if (peer != null) {
        peers.add(Peer.phi4(peer));
      }
      if (peerOfU1 != null) {
        peers.add(Peer.u1(peerOfU1));
      }
      Bench bench =
          new Bench(
              machine,
              settings,
              List.of(
                  ChainModel.hmc(), ChainModel.cluster(), ChainModel.local(), ChainModel.winding()),
              peers,
              line -> {
                out.println(line);
                out.flush();
              });
      bench.checkPeers();
      List<LatticeRows> lattices = new ArrayList<>();
      for (Map.Entry<LatticeTarget, List<Model.Draws>> lattice : flows.entrySet()) {
        List<Model.Draws> draws = new ArrayList<>(lattice.getValue());
        if (lattice.getKey().theory().equals(U1.NAME)) {
          draws.add(new ExactModel());
        }
        lattices.add(bench.run(lattice.getKey(), draws, start(lattice.getValue()).orElse(null)));
      }
      BenchReport report = new BenchReport(host, settings, lattices);
      report.print(out);
      if (json != null) {
        Files.writeString(json, BenchJson.of(report));
      }
      return 0;
    } catch (PeerException e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return 1;
    }
  }

  private void checkStart(SortedMap<LatticeTarget, List<Model.Draws>> flows) {
    if (start != null && flows.values().stream().allMatch(some -> start(some).isEmpty())) {
      throw misused(
          "start: "
              + start
              + " (expected: one that is measured: "
              + flows.values().stream()
                  .flatMap(List::stream)
                  .map(Model::id)
                  .collect(Collectors.joining(", "))
              + ")");
    }
  }

  private Optional<Model.Draws> start(List<Model.Draws> flows) {
    return flows.stream().filter(flow -> flow.id().equals(start)).findFirst();
  }

  private Settings settings() {
    try {
      return quick ? Settings.quick(rounds, seed) : Settings.full(rounds, seed);
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage());
    }
  }

  private Machine machine() {
    try {
      return new VectorMachine(threads);
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage());
    }
  }

  /** What is measured, small lattices first; lattices without a flow are there for the chains. */
  private SortedMap<LatticeTarget, List<Model.Draws>> flows() {
    SortedMap<LatticeTarget, List<Model.Draws>> all = new TreeMap<>();
    LatticeTarget.CRITICAL.forEach(target -> all.put(target, new ArrayList<>()));
    for (Model model : registry.apply(data)) {
      Target target = model.target();
      // Draws with weights that count, on a lattice that all can run.
      if (model instanceof Model.Draws draws
          && target != null
          && LatticeTarget.holds(target)
          && !(model instanceof AnnealedModel)
          && model.exactness().contains(Exactness.REWEIGHT)) {
        all.computeIfAbsent(new LatticeTarget(target), t -> new ArrayList<>()).add(draws);
      }
    }
    if (ids.isEmpty()) {
      all.keySet().removeIf(LatticeTarget::isHoppingForm); // the race is at criticality
      return all;
    }
    annealed().forEach(model -> bend(model, all));
    List<String> known = all.values().stream().flatMap(List::stream).map(Model::id).toList();
    for (String id : ids) {
      if (!known.contains(id)) {
        throw misused("model: " + id + " (expected: one of " + String.join(", ", known) + ")");
      }
    }
    all.values().forEach(this::keepWanted);
    all.values().removeIf(List::isEmpty);
    return all;
  }

  /** An annealed model is slow everywhere: what it is worth is seen beside the others. */
  private void keepWanted(List<Model.Draws> flows) {
    boolean annealed =
        flows.stream().anyMatch(m -> m instanceof AnnealedModel && ids.contains(m.id()));
    flows.removeIf(
        model -> !ids.contains(model.id()) && (!annealed || model instanceof AnnealedModel));
  }

  /** Those whose draws cost too much to be measured without being asked for. */
  private List<AnnealedModel> annealed() {
    return registry.apply(data).stream()
        .filter(model -> model instanceof AnnealedModel annealed && annealed.hasLogDensity())
        .map(AnnealedModel.class::cast)
        .toList();
  }

  /** On the lattices of other models that it can be bent to; on its own where there is none. */
  private static void bend(AnnealedModel model, SortedMap<LatticeTarget, List<Model.Draws>> all) {
    List<LatticeTarget> taken =
        all.keySet().stream().filter(lattice -> takes(model, lattice.target())).toList();
    if (taken.isEmpty() && LatticeTarget.holds(model.target())) {
      all.put(new LatticeTarget(model.target()), new ArrayList<>(List.of(model)));
    }
    taken.forEach(lattice -> all.getOrDefault(lattice, new ArrayList<>()).add(model));
  }

  private static boolean takes(Model model, Target target) {
    try {
      return model.resolve(target).equals(target);
    } catch (BadTargetException e) {
      return false;
    }
  }

  private ParameterException misused(@Nullable String message) {
    return new ParameterException(spec.commandLine(), "--" + message);
  }
}
