package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fieldstream.server.certify.Certificate;
import org.fieldstream.server.certify.Certifier;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleEstimates;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.theory.Theories;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ensembles}: the ensembles of a data directory. */
@Command(
    name = "ensembles",
    description = "Lists, shows, imports, exports and certifies stored ensembles.",
    mixinStandardHelpOptions = true,
    subcommands = {
      EnsembleImportCommand.class,
      EnsembleExportCommand.class,
      CertifyCommand.class,
      DemonstrateCommand.class
    })
public final class EnsemblesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return list(Path.of("data"));
  }

  /** A store of the command line: no quota but the disk's. */
  static EnsembleStore store(Path data) {
    return new EnsembleStore(data, new Theories(), Long.MAX_VALUE / 2);
  }

  @Command(name = "list", description = "Lists the ensembles.", mixinStandardHelpOptions = true)
  int list(
      @Option(
              names = "--data",
              description = "Data directory (default: ${DEFAULT-VALUE}).",
              defaultValue = "data")
          Path data) {
    PrintWriter out = spec.commandLine().getOut();
    String row = "%-24s %-10s %-30s %9s %8s %9s  %s%n";
    out.printf(row, "ensemble", "lattice", "couplings", "size", "replicas", "MiB", "certificate");
    try (EnsembleStore store = store(data)) {
      for (String name : store.names()) {
        Ensemble ensemble = store.find(name);
        out.printf(
            row,
            name,
            ensemble.target().extents().stream()
                .map(String::valueOf)
                .collect(Collectors.joining("x")),
            new TreeMap<>(ensemble.target().couplings()),
            ensemble.size(),
            ensemble.replicas().size(),
            String.format(Locale.ROOT, "%.1f", ensemble.bytes() / 1048576.0),
            Certifier.kept(store, name)
                .map(c -> String.format(Locale.ROOT, "%s, %.1f sigma", c.verdict(), c.sigmas()))
                .orElse("none"));
      }
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "show",
      description = "Shows an ensemble: its means with errors, and its certificate.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--data",
              description = "Data directory (default: ${DEFAULT-VALUE}).",
              defaultValue = "data")
          Path data) {
    PrintWriter out = spec.commandLine().getOut();
    try (EnsembleStore store = store(data)) {
      Ensemble ensemble = store.find(name);
      out.printf("%s: %d configurations%n", name, ensemble.size());
      out.printf(
          "  %s %s %s, %s, %s%n",
          ensemble.target().theory(),
          ensemble.target().extents(),
          new TreeMap<>(ensemble.target().couplings()),
          ensemble.spec().precision(),
          ensemble.spec().exactness());
      out.printf("  made by: %s%n", ensemble.spec().generator());
      new TreeMap<>(ensemble.spec().facts()).forEach((k, v) -> out.printf("  %s: %s%n", k, v));
      String row = "  %-18s %13s %10s %14s %9s%n";
      out.printf("%n" + row, "observable", "mean", "error", "tau_int", "worth");
      new EnsembleEstimates(ensemble)
          .of(ensemble.observables())
          .forEach(
              (observable, m) ->
                  out.printf(
                      row,
                      observable,
                      String.format(Locale.ROOT, "%.7g", m.mean()),
                      String.format(Locale.ROOT, "%.2g", m.error()),
                      String.format(Locale.ROOT, "%.2f(%.2f)", m.tauInt(), m.tauIntError()),
                      String.format(Locale.ROOT, "%.0f", m.effectiveSampleSize())));
      out.println();
      Certificate kept = Certifier.kept(store, name).orElse(null);
      if (kept == null) {
        out.println("no certificate; make one with: ensembles certify " + name);
      } else {
        CertificateTable.print(out, kept);
      }
    }
    out.flush();
    return 0;
  }
}
