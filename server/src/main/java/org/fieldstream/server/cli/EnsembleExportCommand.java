package org.fieldstream.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.ensemble.format.EnsembleFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ensembles export}: an ensemble as a file of another program. */
@Command(
    name = "export",
    description = "Writes an ensemble as numpy arrays (a directory) or as an HDF5 file.",
    mixinStandardHelpOptions = true)
public final class EnsembleExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "the ensemble")
  private String name = "";

  @Parameters(paramLabel = "PATH", description = "where: a new directory, or a new .h5 file")
  private Path to = Path.of("export");

  @Option(names = "--format", description = "npy or hdf5 (default: by the name)")
  private String format = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "data directory (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Override
  public Integer call() throws IOException {
    try (EnsembleStore store = EnsemblesCommand.store(data)) {
      Ensemble ensemble = store.find(name);
      EnsembleFormat.of(format, to).write(ensemble, to);
      spec.commandLine()
          .getOut()
          .printf("%d configurations of %s written to %s%n", ensemble.size(), name, to);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
