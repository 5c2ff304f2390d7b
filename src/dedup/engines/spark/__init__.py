"""Apache Spark as an engine: exchanges whose parts lie on many machines."""
