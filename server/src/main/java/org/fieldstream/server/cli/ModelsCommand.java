package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code models}: what a server with this data directory would offer. */
@Command(
    name = "models",
    description = "Lists the models a server offers, with their targets and measured quality.",
    mixinStandardHelpOptions = true,
    subcommands = {ImportCommand.class, MeasureCommand.class})
public final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      description = "Data directory (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String row = "%-24s %-16s %-10s %-28s %9s %9s  %s%n";
    out.printf(row, "model", "generator", "lattice", "couplings", "ESS/N", "accepted", "exactness");
    for (Model model : ModelStore.load(data).list()) {
      Target target = model.target();
      out.printf(
          row,
          model.id(),
          model.generator(),
          target == null
              ? "any"
              : target.extents().stream().map(String::valueOf).collect(Collectors.joining("x")),
          target == null ? "any" : new TreeMap<>(target.couplings()).toString(),
          number(model.facts().get(FactKeys.ESS_FRACTION)),
          number(model.facts().get(FactKeys.ACCEPTANCE)),
          model.exactness().stream().map(Enum::name).sorted().collect(Collectors.joining(" ")));
    }
    out.flush();
    return 0;
  }

  private static String number(@Nullable String fact) {
    return fact == null ? "-" : String.format(Locale.ROOT, "%.4f", Double.parseDouble(fact));
  }
}
