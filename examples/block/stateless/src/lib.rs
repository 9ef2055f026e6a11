//! Executes an Ethereum block without a node's database: what of the state the block touches comes along,
//! as a witness, and is checked against the state root of the parent.
#![no_std]

extern crate alloc;

mod header;
mod witness;

pub use block_types::{BlockWitness, Executed};
/// For who has other implementations of what precompiled contracts do.
pub use revm;

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use alloy_consensus::{Block, TxEnvelope, proofs, transaction::SignerRecoverable};
use alloy_evm::{
    EthEvmFactory, EvmEnv, EvmFactory,
    block::{BlockExecutor, BlockExecutorFactory},
    eth::{
        EthBlockExecutionCtx, EthBlockExecutorFactory, receipt_builder::AlloyReceiptBuilder, spec::EthSpec,
    },
};
use alloy_hardforks::EthereumHardforks;
use alloy_primitives::{B256, Bloom, logs_bloom};
use revm::database::{State, states::bundle_state::BundleRetention};
use witness::Witness;

/// Ethereum's main network.
const CHAIN: u64 = 1;

/// Why a block was not executed, or is not valid.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the block is no RLP of a block: {0}")]
    Block(alloy_rlp::Error),
    #[error("a header is no RLP of one: {0}")]
    Header(alloy_rlp::Error),
    #[error("no header has hash {0}, the parent's")]
    HeaderMissing(B256),
    #[error("no header of block {0}, of which the hash is asked, is there")]
    AncestorMissing(u64),
    #[error("the state: {0}")]
    State(#[from] block_trie::Error),
    #[error("what the state holds is no RLP of it: {0}")]
    Value(alloy_rlp::Error),
    #[error("the witness lacks the code {0}")]
    CodeMissing(B256),
    #[error("the code {0} is none")]
    Code(B256),
    #[error("a transaction's signature is not valid")]
    Signature,
    #[error("not executed: {0}")]
    Execution(String),
    #[error("not valid: {0}")]
    Rule(&'static str),
}

impl revm::database_interface::DBErrorMarker for Error {}

/// Executes a block of Ethereum's main network, by the rules since Shanghai, and compares all that its
/// header says of the execution.
pub fn execute(input: &BlockWitness) -> Result<Executed, Error> {
    let block: Block<TxEnvelope> = alloy_rlp::decode_exact(input.block).map_err(Error::Block)?;
    let header = &block.header;
    let spec = EthSpec::mainnet();
    let (mut witness, parent) = Witness::new(input, header.parent_hash)?;
    header::check(header, &parent, &spec)?;
    header::check_body(&block, input.block.len(), &spec)?;

    let senders = block.body.transactions.iter().map(|transaction| transaction.try_to_recovered_ref());
    let transactions = senders.collect::<Result<Vec<_>, _>>().map_err(|_| Error::Signature)?;
    let mut state = State::builder().with_database(&mut witness).with_bundle_update().build();
    let blobs = header::blobs(&spec, header.timestamp);
    let environment = EvmEnv::for_eth_block(header, &spec, CHAIN, blobs);
    let context = EthBlockExecutionCtx {
        parent_hash: header.parent_hash,
        parent_beacon_block_root: header.parent_beacon_block_root,
        ommers: &[],
        withdrawals: block.body.withdrawals.as_ref().map(|withdrawals| (&***withdrawals).into()),
        extra_data: header.extra_data.clone(),
        tx_count_hint: Some(transactions.len()),
        slot_number: None,
    };
    let prague = spec.is_prague_active_at_timestamp(header.timestamp);
    let factory =
        EthBlockExecutorFactory::new(AlloyReceiptBuilder::default(), spec, EthEvmFactory::default());
    let evm = factory.evm_factory().create_evm(&mut state, environment);
    let executor = factory.create_executor(evm, context);
    let result = executor.execute_block(transactions).map_err(|error| Error::Execution(error.to_string()))?;
    state.merge_transitions(BundleRetention::PlainState);
    let changes = state.take_bundle();

    let bloom: Bloom = logs_bloom(result.receipts.iter().flat_map(|receipt| receipt.logs()));
    header::first_broken(&[
        ("gas used", header.gas_used == result.gas_used),
        ("blob gas used", header.blob_gas_used.unwrap_or(0) == result.blob_gas_used),
        ("receipts root", header.receipts_root == proofs::calculate_receipt_root(&result.receipts)),
        ("logs bloom", header.logs_bloom == bloom),
        ("requests hash", header.requests_hash == prague.then(|| result.requests.requests_hash())),
        ("state root", header.state_root == witness.root_after(&changes)?),
    ])?;
    Ok(Executed {
        number: header.number,
        hash: header.hash_slow(),
        parent_hash: header.parent_hash,
        parent_state_root: parent.state_root,
        state_root: header.state_root,
        receipts_root: header.receipts_root,
        transactions: block.body.transactions.len() as u64,
        gas_used: header.gas_used,
    })
}
