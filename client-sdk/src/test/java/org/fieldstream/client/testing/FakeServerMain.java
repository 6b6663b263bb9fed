package org.fieldstream.client.testing;

import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.Target;

/** The fake server as a program that understands the server's command line. */
public final class FakeServerMain {
  private FakeServerMain() {}

  public static void main(String[] args) {
    List<String> list = Arrays.asList(args);
    if (!list.get(0).equals("serve") || !list.contains("--data")) {
      throw new IllegalArgumentException("args: " + list + " (expected: serve ... --data DIR)");
    }
    int grpcPort = Integer.parseInt(list.get(list.indexOf("--grpc-port") + 1));
    int httpPort = Integer.parseInt(list.get(list.indexOf("--http-port") + 1));
    Model model =
        Model.newBuilder()
            .setId("phi4-fake-8x8")
            .setGenerator("normals")
            .setTarget(
                Target.newBuilder()
                    .setTheory("phi4")
                    .addExtents(8)
                    .addExtents(8)
                    .putCouplings("m2", -4)
                    .putCouplings("lambda", 6.008))
            .addExactness(Exactness.EXACTNESS_METROPOLIS)
            .addAllObservables(List.of("phi2", "m2"))
            .build();
    new FakeServer(grpcPort, call -> Plan.serve().every(1), model);
    Vertx.vertx()
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .response()
                    .end(
                        request.path().equals("/metrics")
                            ? "fieldstream_configurations_total{model=\"phi4-fake-8x8\"} 7.0\n"
                            : "ready"))
        .listen(httpPort, "127.0.0.1");
  }
}
