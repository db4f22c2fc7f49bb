// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {ContractWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";
import {GasBurningSigner} from "../Signers.sol";

contract AcceptJobBySigV2Test is EscrowTestV2 {
    uint256 private constant UNTIL = START + 10 minutes;
    uint256 private jobId;

    function setUp() public override {
        super.setUp();
        jobId = createJob(bondlessTerms());
        // The wallet holds nothing, and never did.
        vm.deal(alice, 0);
    }

    function bondlessTerms() private view returns (IAIModelTrainingV2.Terms memory terms_) {
        terms_ = terms();
        terms_.bondBps = 0;
    }

    function relay(uint256 job, address contributor, uint256 signedUntil, bytes memory signature)
        private
        returns (uint8)
    {
        return relay(job, contributor, signedUntil, signature, "");
    }

    function relay(
        uint256 job,
        address contributor,
        uint256 signedUntil,
        bytes memory signature,
        bytes memory permit
    ) private returns (uint8) {
        vm.prank(stranger);
        return escrow.acceptJobBySig(job, contributor, delegate, signedUntil, signature, permit);
    }

    function refuse(bytes memory signature) private {
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidAcceptance.selector, jobId, alice));
        relay(jobId, alice, UNTIL, signature);
    }

    function test_given_no_such_job_it_reverts() external {
        bytes memory signature = signAcceptance(ALICE_KEY, 9, alice, UNTIL);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, 9, IAIModelTrainingV2.JobStatus.None
            )
        );
        relay(9, alice, UNTIL, signature);
    }

    function test_given_the_end_of_the_signatures_time_it_reverts(uint32 later) external {
        bytes memory signature = signAcceptance(ALICE_KEY, jobId, alice, UNTIL);
        vm.warp(UNTIL + later);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.AcceptanceExpired.selector, jobId, alice, UNTIL)
        );
        relay(jobId, alice, UNTIL, signature);
    }

    function test_given_a_job_with_a_bond_it_reverts(uint16 bondBps) external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.bondBps = uint16(bound(bondBps, 1, 1_000));
        uint256 bonded = createJob(terms_);
        uint256 bondWei = escrow.getJob(bonded).bondWei;
        bytes memory signature = signAcceptance(ALICE_KEY, bonded, alice, UNTIL);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.WrongBond.selector, bonded, bondWei, 0));
        relay(bonded, alice, UNTIL, signature);
    }

    function test_given_a_job_for_permitted_wallets_it_takes_their_permits() external {
        IAIModelTrainingV2.Terms memory terms_ = bondlessTerms();
        terms_.permitOnly = true;
        uint256 closed = createJob(terms_);
        bytes memory signature = signAcceptance(ALICE_KEY, closed, alice, UNTIL);
        bytes memory others = signPermit(REQUESTER_KEY, closed, bob);
        bytes memory invalid =
            abi.encodeWithSelector(IAIModelTrainingV2.InvalidPermit.selector, closed, alice);
        expectError(invalid);
        relay(closed, alice, UNTIL, signature);
        expectError(invalid);
        relay(closed, alice, UNTIL, signature, others);
        relay(closed, alice, UNTIL, signature, signPermit(REQUESTER_KEY, closed, alice));
        assertSlot(closed, alice, IAIModelTrainingV2.SlotStatus.Accepted);
    }

    function test_when_anything_else_was_signed_or_by_anybody_else_it_reverts() external {
        refuse(signAcceptance(REQUESTER_KEY, jobId, alice, UNTIL));
        refuse(signAcceptance(DELEGATE_KEY, jobId, alice, UNTIL));
        refuse(signAcceptance(ALICE_KEY, jobId + 1, alice, UNTIL));
        refuse(signAcceptance(ALICE_KEY, jobId, bob, UNTIL));
        refuse(signAcceptance(ALICE_KEY, jobId, alice, UNTIL + 1));
        refuse(sign(ALICE_KEY, jobId, alice, ADAPTER));
        refuse(signPermit(ALICE_KEY, jobId, alice));
        refuse("");
        refuse(new bytes(65));
    }

    function test_when_another_delegate_is_named_it_reverts() external {
        bytes memory signature = signAcceptance(ALICE_KEY, jobId, alice, UNTIL);
        delegate = stranger;
        refuse(signature);
    }

    function test_when_signed_for_another_contract_it_reverts() external {
        (address there, address here) = (address(new AIModelTrainingV2(0, feeReceiver)), address(escrow));
        escrow = AIModelTrainingV2(there);
        bytes memory signature = signAcceptance(ALICE_KEY, jobId, alice, UNTIL);
        escrow = AIModelTrainingV2(here);
        refuse(signature);
    }

    function test_nobody_is_seated_by_a_malformed_signature() external {
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidAcceptance.selector, jobId, address(0)));
        relay(jobId, address(0), UNTIL, new bytes(65));
    }

    function test_the_other_rules_of_accepting_hold() external {
        bytes memory own = signAcceptance(REQUESTER_KEY, jobId, requester, UNTIL);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.RequesterCannotContribute.selector, jobId, requester)
        );
        relay(jobId, requester, UNTIL, own);
        bytes memory late = signAcceptance(ALICE_KEY, jobId, alice, START + 2 days);
        accept(jobId, bob);
        accept(jobId, carol);
        accept(jobId, dave);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NoFreeSlot.selector, jobId));
        relay(jobId, alice, START + 2 days, late);
        vm.warp(START + 1 days);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.AcceptanceClosed.selector, jobId, START + 1 days)
        );
        relay(jobId, alice, START + 2 days, late);
    }

    function test_it_takes_the_lowest_free_slot_for_the_wallet_whoever_relays(uint256 wait) external {
        wait = bound(wait, 0, 10 minutes - 1);
        accept(jobId, bob);
        bytes memory signature = signAcceptance(ALICE_KEY, jobId, alice, UNTIL);
        vm.warp(START + wait);
        uint40 deadline = uint40(START + wait + 1 hours);
        uint256 before = stranger.balance;
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobAccepted(jobId, alice, 1, delegate, deadline);
        assertEq(relay(jobId, alice, UNTIL, signature), 1, "slot");

        IAIModelTrainingV2.Slot memory slot = escrow.getSlot(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Accepted);
        assertSlot(jobId, stranger, IAIModelTrainingV2.SlotStatus.None);
        assertEq(slot.timestamp, deadline, "deadline");
        assertEq(slot.delegate, delegate, "delegate");
        assertEq(escrow.getJob(jobId).takenSlots, 3, "taken slots");
        assertEq(address(escrow).balance, STAKE, "no coin moves");
        assertEq(stranger.balance, before, "nor the relay's");
    }

    function test_who_has_never_held_a_coin_is_paid() external {
        relay(jobId, alice, UNTIL, signAcceptance(ALICE_KEY, jobId, alice, UNTIL));
        vm.prank(stranger);
        escrow.submitAdapterBySig(jobId, alice, ADAPTER, sign(DELEGATE_KEY, jobId, alice, ADAPTER));
        deliver(jobId, bob);
        complete(jobId, list(alice, bob));
        assertEq(alice.balance, SHARE, "paid");
    }

    function test_a_wallet_is_seated_once_whatever_becomes_of_its_slot() external {
        uint256 signedUntil = START + 2 days;
        bytes memory first = signAcceptance(ALICE_KEY, jobId, alice, signedUntil);
        relay(jobId, alice, signedUntil, first);
        refuseAgain(signedUntil, first);
        submit(jobId, alice);
        refuseAgain(signedUntil, first);
        reject(jobId, alice);
        refuseAgain(signedUntil, first);

        uint256 other = createJob(bondlessTerms());
        jobId = other;
        bytes memory second = signAcceptance(ALICE_KEY, other, alice, signedUntil);
        relay(other, alice, signedUntil, second);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(other, alice);
        refuseAgain(signedUntil, second);
    }

    function refuseAgain(uint256 signedUntil, bytes memory signature) private {
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.AlreadyAccepted.selector, jobId, alice));
        relay(jobId, alice, signedUntil, signature);
    }

    function test_a_wallet_that_is_a_contract_signs_by_eip1271() external {
        ContractWallet wallet = new ContractWallet();
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.InvalidAcceptance.selector, jobId, address(wallet))
        );
        relay(jobId, address(wallet), UNTIL, "");
        wallet.allow(acceptanceDigest(jobId, address(wallet), UNTIL));
        relay(jobId, address(wallet), UNTIL, "");
        assertSlot(jobId, address(wallet), IAIModelTrainingV2.SlotStatus.Accepted);
    }

    function test_a_wallet_that_is_a_contract_has_bounded_gas() external {
        address wallet = address(new GasBurningSigner());
        uint256 gasBefore = gasleft();
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidAcceptance.selector, jobId, wallet));
        relay(jobId, wallet, UNTIL, "");
        assertTrue(gasBefore - gasleft() < 110_000, "gas is bounded");
    }
}
