package org.fieldstream.client.cli;

import java.util.concurrent.Callable;
import org.fieldstream.client.sdk.FieldstreamClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code delete}: removes a model that was trained on the server. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = "Removes a model and its files from the server.")
final class DeleteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The model.")
  private String id = "";

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--digest",
      paramLabel = "sha256:HEX",
      description = "The digest it must have (default: whatever it has).")
  private String digest = "";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  DeleteCommand() {}

  @Override
  public Integer call() {
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions())) {
      spec.commandLine()
          .getOut()
          .printf("deleted %s %s%n", id, client.deleteModel(id, digest).join());
      return 0;
    }
  }
}
