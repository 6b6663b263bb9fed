package org.fieldstream.client.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code models}: what the server offers. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = "Lists the models of a server.")
final class ModelsCommand implements Callable<Integer> {
  @Mixin private ServerOptions server = new ServerOptions();

  @Option(names = "--json", description = "Print everything, as JSON of the API's message.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  ModelsCommand() {}

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    PrintWriter out = spec.commandLine().getOut();
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions())) {
      List<Model> models = client.listModels().join();
      if (json) {
        out.println(
            JsonFormat.printer()
                .preservingProtoFieldNames()
                .print(ListModelsResponse.newBuilder().addAllModels(models)));
      } else if (models.isEmpty()) {
        out.println("the server has no models");
      } else {
        out.print(table(models));
      }
      out.flush();
      return 0;
    }
  }

  private static TextTable table(List<Model> models) {
    TextTable table = new TextTable("model", "generator", "target", "ESS/N", "exactness");
    for (Model model : models) {
      String exactness =
          model.getExactnessList().stream().map(Words::of).collect(Collectors.joining(" "));
      table.add(
          model.getId(),
          model.getGenerator(),
          model.hasTarget() ? Words.of(model.getTarget()) : "any: --theory --extents --coupling",
          model.hasQuality()
              ? String.format(Locale.ROOT, "%.3f", model.getQuality().getEssFraction())
              : "-",
          exactness.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return table;
  }
}
