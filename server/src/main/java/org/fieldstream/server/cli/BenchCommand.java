package org.fieldstream.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.bench.Bench;
import org.fieldstream.server.bench.BenchReport;
import org.fieldstream.server.bench.BenchRow;
import org.fieldstream.server.bench.Host;
import org.fieldstream.server.bench.Peer;
import org.fieldstream.server.bench.PeerException;
import org.fieldstream.server.bench.Settings;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.flow.FlowModel;
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
      "Each trained flow on a square lattice takes turns with the service's own HMC and, if given,"
          + " with another program on the same target. CPU time is that of the whole process, the"
          + " JIT compiler included. Takes a minute or two on a quiet machine."
    })
public final class BenchCommand implements Callable<Integer> {
  private final Function<@Nullable Path, List<Model>> registry;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--quick", description = "a few seconds, rough numbers")
  private boolean quick;

  @Option(
      names = "--model",
      paramLabel = "ID",
      description = "measure this flow only; repeatable (default: all on square lattices)")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--peer",
      paramLabel = "PROGRAM",
      description =
          "program to compare with; run as PROGRAM L m2 lambda TRAJECTORIES STEPS LENGTH, it prints"
              + " traj/s=... and <m>=... +- ... tau_int=...")
  private @Nullable Path peer;

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
    List<FlowModel> flows = flows();
    try (Machine machine = machine()) {
      Host host = Host.here(machine.describe());
      Peer other = peer == null ? null : new Peer(peer);
      Bench bench =
          new Bench(
              machine,
              settings,
              ChainModel.hmc(),
              other,
              line -> {
                out.println(line);
                out.flush();
              });
      bench.checkPeer();
      List<BenchRow> rows = new ArrayList<>();
      for (FlowModel flow : flows) {
        rows.add(bench.run(flow));
      }
      BenchReport report = new BenchReport(host, settings, rows);
      report.print(out);
      if (json != null) {
        Files.writeString(json, report.json());
      }
      return 0;
    } catch (PeerException e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return 1;
    }
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

  /** What is measured, small lattices first. */
  private List<FlowModel> flows() {
    List<FlowModel> all =
        registry.apply(data).stream()
                .filter(FlowModel.class::isInstance)
                .map(FlowModel.class::cast)
                .filter(model -> Bench.comparable(model.target()))
                .sorted(Comparator.comparing(model -> model.target().extents().get(0)))
                .toList();
    List<String> known = all.stream().map(FlowModel::id).toList();
    for (String id : ids) {
      if (!known.contains(id)) {
        throw misused("model: " + id + " (expected: one of " + String.join(", ", known) + ")");
      }
    }
    return ids.isEmpty() ? all : all.stream().filter(model -> ids.contains(model.id())).toList();
  }

  private ParameterException misused(@Nullable String message) {
    return new ParameterException(spec.commandLine(), "--" + message);
  }
}
