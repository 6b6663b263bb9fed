package org.fieldstream.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import org.fieldstream.server.ensemble.Batch;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.ensemble.Push;
import org.fieldstream.server.ensemble.format.EnsembleFormat;
import org.fieldstream.server.ensemble.format.ForeignEnsemble;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ensembles import}: files of another program as an ensemble. */
@Command(
    name = "import",
    description = "Takes configurations from numpy arrays or an HDF5 file into an ensemble.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "PATH is a .npy file of fields [n, components, L0, ...] or [n, L0, ...], a directory with"
          + " fields.npy and, where known, configuration_id.npy, replica.npy, action.npy,"
          + " log_weight.npy, as export and subscribe --out leave it, or an .h5 file with datasets of"
          + " these names. Configurations are checked as those that are pushed; what is there already"
          + " changes nothing.",
      ""
    })
public final class EnsembleImportCommand implements Callable<Integer> {
  /** Bytes of fields at a time. */
  private static final int BLOCK_BYTES = 8 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "the file or directory")
  private Path from = Path.of("run");

  @Option(names = "--name", required = true, description = "the ensemble, new or existing")
  private String name = "";

  @Option(names = "--format", description = "npy or hdf5 (default: by the name)")
  private String format = "";

  @Option(names = "--theory", description = "theory, where the files do not say (default: phi4)")
  private String theory = "phi4";

  @Option(
      names = "--extents",
      split = "[x,]",
      description = "lattice, such as 16x16, where the files do not say")
  private List<Integer> extents = List.of();

  @Option(names = "--coupling", description = "coupling as name=value, where the files do not say")
  private Map<String, Double> couplings = new LinkedHashMap<>();

  @Option(
      names = "--exactness",
      description =
          "how they were made: ${COMPLETION-CANDIDATES}; where the files do not say (default:"
              + " METROPOLIS)")
  private @Nullable Exactness exactness;

  @Option(names = "--generator", description = "the code that made them, for the record")
  private @Nullable String generator;

  @Option(
      names = "--replica",
      description = "chain they belong to, where the files do not say (default: 0)")
  private int replica;

  @Option(
      names = "--first-id",
      description = "id of the first, where the files do not say (default: 0)")
  private long firstId;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "data directory (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Override
  public Integer call() throws IOException {
    try (ForeignEnsemble source = EnsembleFormat.of(format, from).open(from);
        EnsembleStore store = EnsemblesCommand.store(data);
        Push push = store.push(spec(source), List.of())) {
      send(source, push);
      Push.Summary summary = push.finish();
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%d read: %d stored, %d were there, %d refused; %s has %d%n",
          summary.received(),
          summary.stored(),
          summary.duplicates(),
          summary.refused(),
          name,
          summary.ensemble().size());
      for (Push.Refused refused : summary.refusals()) {
        out.printf(
            "  %s of replica %s: %s%n",
            Long.toUnsignedString(refused.id()),
            Integer.toUnsignedString(refused.replica()),
            refused.reason());
      }
      out.flush();
      return summary.refused() == 0 ? 0 : 1;
    }
  }

  private EnsembleSpec spec(ForeignEnsemble source) {
    Optional<EnsembleSpec> told = source.spec();
    if (extents.isEmpty() != couplings.isEmpty() || (told.isEmpty() && extents.isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          "target: not told by %s (expected: --extents and --coupling)".formatted(from));
    }
    Target target =
        extents.isEmpty() ? told.orElseThrow().target() : new Target(theory, extents, couplings);
    Exactness chosen = exactness;
    if (chosen == null) {
      chosen = told.map(EnsembleSpec::exactness).orElse(Exactness.METROPOLIS);
    }
    String maker = generator;
    return new EnsembleSpec(
        name,
        target,
        source.precision(),
        chosen,
        maker == null ? told.map(EnsembleSpec::generator).orElse("") : maker,
        told.map(EnsembleSpec::facts).orElse(Map.of()));
  }

  private void send(ForeignEnsemble source, Push push) throws IOException {
    int n = source.size();
    List<Integer> shape = shape(source.shape(), push.spec().target());
    int bytes = source.precision().bytes();
    for (int extent : shape) {
      bytes = Math.multiplyExact(bytes, extent);
    }
    int most = Math.max(1, BLOCK_BYTES / bytes);
    long[] ids = source.ids();
    int[] replicas = source.replicas();
    double[] actions = source.actions();
    double[] logWeights =
        push.spec().exactness() == Exactness.REWEIGHT ? source.logWeights() : new double[0];
    for (int first = 0; first < n; ) {
      int end = first + 1;
      while (end < n
          && end - first < most
          && (replicas.length == 0 || replicas[end] == replicas[first])
          && (ids.length == 0 || Long.compareUnsigned(ids[end], ids[end - 1]) > 0)) {
        end++;
      }
      List<Integer> whole = new ArrayList<>();
      whole.add(end - first);
      whole.addAll(shape);
      ByteBuffer fields = source.fields(first, end - first);
      CRC32C crc = new CRC32C();
      crc.update(fields.duplicate());
      push.take(
          new Batch(
              replicas.length == 0 ? replica : replicas[first],
              ids(ids, first, end),
              whole,
              part(actions, first, end),
              part(logWeights, first, end),
              (int) crc.getValue(),
              fields));
      first = end;
    }
  }

  private long[] ids(long[] told, int first, int end) {
    if (told.length > 0) {
      return Arrays.copyOfRange(told, first, end);
    }
    long[] ids = new long[end - first];
    Arrays.setAll(ids, i -> firstId + first + i);
    return ids;
  }

  private static double[] part(double[] all, int first, int end) {
    return all.length == 0 ? all : Arrays.copyOfRange(all, first, end);
  }

  /** Files of a scalar field often leave out that it has one component. */
  private static List<Integer> shape(List<Integer> told, Target target) {
    if (!told.equals(target.extents())) {
      return told;
    }
    List<Integer> shape = new ArrayList<>();
    shape.add(1);
    shape.addAll(told);
    return shape;
  }
}
